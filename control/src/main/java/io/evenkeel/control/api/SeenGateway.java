package io.evenkeel.control.api;

import io.evenkeel.kernel.observe.GatewayView;

/**
 * The gateway in this process, as the API shows it.
 *
 * @param id its id, as in its presence marks
 * @param view what can be seen of it
 */
public record SeenGateway(String id, GatewayView view) {}
