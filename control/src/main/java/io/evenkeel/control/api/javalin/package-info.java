/** The one adapter between the API's own types and the HTTP library (Javalin on Jetty). */
@NullMarked
package io.evenkeel.control.api.javalin;

import org.jspecify.annotations.NullMarked;
