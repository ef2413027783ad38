package io.evenkeel.kernel.routing;

/**
 * Where a request goes. Made once a table; a lookup returns it without allocating.
 *
 * @param service name of the service
 * @param route name of the route that matched; empty if the request itself named the service
 * @param rule position of the rule among those of the table, -1 if none matched
 * @param index position of the service in {@link RouteTable#services}, for arrays beside the table
 */
public record RouteTarget(String service, String route, int rule, int index) {}
