package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ListenerStatus.State;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.testing.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerEventsTest {

    private static final Frontend FRONTEND = new Frontend(Addresses.parse("10.96.0.1"), 80, Protocol.TCP);
    private static final ServicePortName WEB = name("web");

    private final List<Event> told = new ArrayList<>();
    private final List<ListenerStatus> passedOn = new ArrayList<>();
    private final ProxyObserver observer = new ListenerEvents(
            new ProxyObserver() {
                @Override
                public void onListener(ListenerStatus status) {
                    passedOn.add(status);
                }
            },
            told::add);

    @Test
    @Rule("H3")
    void aPortThatIsTakenIsToldOnTheServiceAtTheFirstAttempt() {
        observer.onListener(new ListenerStatus(FRONTEND, WEB, new State.Failed("Address already in use", 1)));
        observer.onListener(new ListenerStatus(FRONTEND, WEB, new State.Failed("Address already in use", 2)));
        observer.onListener(new ListenerStatus(FRONTEND, WEB, new State.Bound()));
        assertThat(told)
                .containsExactly(Event.warning(
                        new Event.Subject.OfService(WEB.service()),
                        "FailedToListen",
                        "Listen",
                        "can't listen on 10.96.0.1:80/TCP: Address already in use; trying again"));
        assertThat(passedOn).hasSize(3);
    }

    @Test
    @Rule({"H2", "H3"})
    void aServiceThatComesTooLateIsToldWhoHasItsPort() {
        observer.onListener(new ListenerStatus(FRONTEND, WEB, new State.Conflict(name("old"))));
        assertThat(told).singleElement().satisfies(event -> {
            assertThat(event.reason()).isEqualTo("PortConflict");
            assertThat(event.note()).startsWith("Port conflict detected on 10.96.0.1:80/TCP: default/old");
        });
    }

    private static ServicePortName name(String service) {
        return new ServicePortName(new ServiceName("default", service), "http", Protocol.TCP);
    }
}
