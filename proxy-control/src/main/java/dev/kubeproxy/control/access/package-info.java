/**
 * The access log: a line for each connection and UDP session that has ended. Event loops hand over what they know, a
 * thread of its own writes. Imports the data plane's {@code model}, {@code observe} and clock, and Log4j for files.
 */
@NullMarked
package dev.kubeproxy.control.access;

import org.jspecify.annotations.NullMarked;
