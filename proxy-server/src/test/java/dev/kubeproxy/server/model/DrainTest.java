package dev.kubeproxy.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DrainTest {

    private static final Backend ONE = backend(1);
    private static final Backend TWO = backend(2);

    @Test
    @Rule("D9")
    void keepingKeepsAllAndClosingTheMembers() {
        assertThat(Drain.KEEP.keeps(ONE)).isTrue();
        assertThat(closing(ONE).keeps(ONE)).isTrue();
        assertThat(closing(ONE).keeps(TWO)).isFalse();
    }

    @Test
    void connectionsNeedALookOnlyWhereOneMayHaveToEnd() {
        assertThat(closing(ONE, TWO).endsMoreThan(closing(ONE))).isFalse();
        assertThat(closing(ONE).endsMoreThan(closing(ONE))).isFalse();
        assertThat(closing(TWO).endsMoreThan(closing(ONE))).isTrue();
        assertThat(closing(ONE, TWO).endsMoreThan(Drain.KEEP)).isTrue();
        assertThat(Drain.KEEP.endsMoreThan(closing(ONE))).isFalse();
    }

    @Test
    @Rule("D9")
    void afterTheServiceThePolicyHolds() {
        assertThat(Drain.KEEP.afterwards().keeps(ONE)).isTrue();
        assertThat(closing(ONE).afterwards().keeps(ONE)).isFalse();
    }

    @Test
    void aPortCannotCloseWhatItOpens() {
        var name = new ServicePortName(new ServiceName("default", "web"), "", Protocol.TCP);
        var port = new ServicePort(name, Map.of(), new BackendPool(List.of(ONE), Affinity.NONE));
        assertThat(port.with(closing(ONE, TWO)).drain().keeps(TWO)).isTrue();
        assertThatThrownBy(() -> port.with(closing(TWO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("default/web");
    }

    private static Drain closing(Backend... members) {
        return new Drain.Close(Set.copyOf(Stream.of(members).collect(Collectors.toSet())));
    }

    private static Backend backend(int last) {
        return Backend.of(Addresses.parse("10.0.0." + last), 80);
    }
}
