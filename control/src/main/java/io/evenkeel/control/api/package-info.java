/**
 * The administrative API: requests and replies of our own, a router that knows every route, and the
 * handlers behind it. Nothing here knows the HTTP library; {@code control.api.javalin} is the one
 * adapter that does.
 */
@NullMarked
package io.evenkeel.control.api;

import org.jspecify.annotations.NullMarked;
