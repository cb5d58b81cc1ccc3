package dev.kubeproxy.control.kube;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Runs on a thread of its own, so that it may do what the build forbids elsewhere because it may block for seconds. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
@interface MayBlock {}
