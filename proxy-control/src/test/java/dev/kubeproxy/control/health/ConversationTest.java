package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.CapturedLog;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {

    @Test
    void aFaultIsAnErrorOfTheProxyUnlikeAClientThatLeft() {
        assertThat(logged(new IOException("Connection reset by peer"))).isEmpty();
        assertThat(logged(new IllegalStateException("on purpose, by a test")))
                .containsExactly("ERROR A fault on a connection to the test port; closing it");
    }

    private static List<String> logged(Exception cause) {
        try (CapturedLog log = new CapturedLog(Answers.class)) {
            EmbeddedChannel client = new EmbeddedChannel();
            client.pipeline()
                    .addLast(new Conversation(
                            new Answers("test", _ -> null), Runnable::run, new Patience(client, Limits.USUAL)));
            client.pipeline().fireExceptionCaught(cause);
            assertThat(client.isOpen()).isFalse();
            return log.lines();
        }
    }
}
