/** What the process may use of a scarce thing. Imports nothing but the JDK; any thread may ask. */
@NullMarked
package dev.kubeproxy.server.limit;

import org.jspecify.annotations.NullMarked;
