package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DialPolicyTest {

    @Test
    @Rule("F1")
    void fourAttemptsWaitTwiceAsLongEachTime() {
        DialPolicy policy = DialPolicy.DEFAULT;
        assertThat(IntStream.range(0, policy.attempts()).map(policy::timeoutMillis))
                .containsExactly(250, 500, 1000, 2000);
    }

    @Test
    void thereIsOneAttemptAtLeast() {
        assertThatThrownBy(() -> new DialPolicy(List.of())).hasMessageContaining("at least one");
    }
}
