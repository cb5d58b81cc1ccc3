package dev.kubeproxy.server.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The rules of our specification of Service behaviour that a test proves; on a class, that its tests prove together. A
 * test that a rule's breach would not fail does not carry it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(Rule.Several.class)
public @interface Rule {

    /** Ids such as {@code C5}. */
    String[] value();

    /** What repeated annotations are kept in. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @interface Several {

        Rule[] value();
    }
}
