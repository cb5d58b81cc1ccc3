package dev.kubeproxy.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class after which a buffer was dropped without being released: {@code @ExtendWith(NoLeaks.class)}. */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {

    private static final int COLLECTIONS = 3;

    @Override
    public void beforeAll(ExtensionContext context) {
        assertThat(ResourceLeakDetectorFactory.instance().newResourceLeakDetector(ByteBuf.class))
                .as("run with -Dio.netty.customResourceLeakDetector=" + LeakRecorder.class.getName())
                .isInstanceOf(LeakRecorder.class);
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        check();
    }

    /** Fails where a buffer leaked since the last check. */
    static void check() throws InterruptedException {
        for (int collection = 0; collection < COLLECTIONS; collection++) {
            collectGarbage();
            // Netty looks for collected buffers whenever it hands out another one.
            ByteBufAllocator.DEFAULT.buffer(1).release();
        }
        assertThat(LeakRecorder.takeLeaks()).as("buffers never released").isEmpty();
    }

    /** Returns once the collector has come by and told its queues. */
    private static void collectGarbage() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> witness = new WeakReference<>(new Object(), collected);
        for (int tries = 0; tries < 50; tries++) {
            System.gc();
            if (witness.equals(collected.remove(Duration.ofMillis(100).toMillis()))) {
                return;
            }
        }
    }
}
