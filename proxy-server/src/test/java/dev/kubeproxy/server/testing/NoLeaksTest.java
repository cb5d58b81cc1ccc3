package dev.kubeproxy.server.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class NoLeaksTest {

    @Test
    void aBufferThatIsNotReleasedFailsTheCheck() {
        forget();
        assertThatThrownBy(NoLeaks::check).hasMessageContaining("forget");
        assertThatCode(NoLeaks::check).as("reported once").doesNotThrowAnyException();
    }

    private static void forget() {
        ByteBufAllocator.DEFAULT.buffer(1);
    }
}
