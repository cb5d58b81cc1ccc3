package dev.kubeproxy.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.PortTraffic;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortTrafficTest {

    private static final ServicePortName WEB =
            new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP);

    private static final Backend BACKEND = Backend.of(Addresses.parse("10.0.0.1"), 80);

    private final ProxyMetrics observer = new ProxyMetrics(PerService.ON, false);

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
        web.onDialFailure(BACKEND, 1);
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
