package dev.kubeproxy.control.health;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.CompletableFuture;

/**
 * The one event loop of all HTTP ports of this process: a daemon thread, which starts with the first of them and stays. It
 * never waits for anything, so others may wait for it.
 *
 * <p>By NIO, with which the end of a client's stream is seen when that is read, and so not before its answer is sent.
 */
final class HttpLoop {

    static final EventLoop LOOP =
            new MultiThreadIoEventLoopGroup(1, HttpLoop::thread, NioIoHandler.newFactory()).next();

    private HttpLoop() {}

    /** Runs the task there and returns when it is done. Not to be called there. */
    static void run(Runnable task) {
        CompletableFuture.runAsync(task, LOOP).join();
    }

    private static Thread thread(Runnable loop) {
        Thread thread = new FastThreadLocalThread(loop, "http");
        thread.setDaemon(true);
        return thread;
    }
}
