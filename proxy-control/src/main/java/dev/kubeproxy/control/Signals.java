package dev.kubeproxy.control;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What SIGTERM, SIGINT and SIGHUP do. For the first two a shutdown hook would not be enough: the JVM then ends with code 143
 * and lets a second signal wait for the hook.
 */
final class Signals {

    private static final int KILLED = 143;

    private Signals() {}

    /** The first signal runs {@code stop}, the second {@code hurry}; the third ends the process as it is. */
    static void onStop(Runnable stop, Runnable hurry) {
        AtomicInteger signals = new AtomicInteger();
        for (String name : List.of("TERM", "INT")) {
            handle(name, () -> {
                switch (signals.incrementAndGet()) {
                    case 1 -> stop.run();
                    case 2 -> hurry.run();
                    default -> Runtime.getRuntime().halt(KILLED);
                }
            });
        }
    }

    /** A terminal that closes sends it too; whoever starts a daemon by hand detaches it, or asks for nohup. */
    static void onHangUp(Runnable action) {
        handle("HUP", action);
    }

    /** Sends this process a signal. */
    static void raise(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            signal.getMethod("raise", signal)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM cannot raise SIG" + name, e);
        }
    }

    /**
     * {@code sun.misc.Signal.handle(new Signal(name), handler)}. The JDK keeps that class in jdk.unsupported, having no
     * other way to offer, but javac's warning of it cannot be switched off; so it is called by name.
     */
    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler run = (_, method, _) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                }
                return null;
            };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, run));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM cannot handle SIG" + name, e);
        }
    }
}
