/** The program: flags, configuration and wiring. The only package that sees all the others. */
@NullMarked
package dev.kubeproxy.control;

import org.jspecify.annotations.NullMarked;
