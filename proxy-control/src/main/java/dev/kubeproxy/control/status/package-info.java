/**
 * What operators see of the running proxy: a model of it as JSON, and the page that shows it. It only reads what others
 * publish, on the threads of whoever asks; imports of this program {@code desired} and {@code events}, and of the data
 * plane what it tells of itself.
 */
@NullMarked
package dev.kubeproxy.control.status;

import org.jspecify.annotations.NullMarked;
