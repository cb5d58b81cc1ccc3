package dev.kubeproxy.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.PortTraffic;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortTrafficTest {

    private static final ServicePortName WEB =
            new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP);

    private final MicrometerProxyObserver observer = new MicrometerProxyObserver(new SimpleMeterRegistry());

    @Test
    void aPortWithoutTrafficHasNone() {
        observer.servicePort(WEB);
        assertThat(traffic()).isEmpty();
    }

    @Test
    void figuresAreThoseOfNow() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        web.onAccept();
        web.onDialFailure(1);
        web.onBytesFromClient(10);
        web.onBytesFromBackend(200);
        web.onClose(CloseReason.COMPLETED);
        assertThat(traffic()).containsExactly(new PortTraffic(WEB, 1, 2, 10, 200, 1));
    }

    private List<PortTraffic> traffic() {
        List<PortTraffic> traffic = new ArrayList<>();
        observer.forEachTraffic(traffic::add);
        return traffic;
    }
}
