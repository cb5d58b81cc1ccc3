/**
 * What the data plane is told and what it answers, as immutable values. Imports nothing but the JDK; any thread may read.
 */
@NullMarked
package dev.kubeproxy.server.model;

import org.jspecify.annotations.NullMarked;
