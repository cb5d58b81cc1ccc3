@NullMarked
package dev.kubeproxy.server.model;

import org.jspecify.annotations.NullMarked;
