package dev.kubeproxy.control.status;

import static dev.kubeproxy.control.desired.Specs.name;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Specs;
import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.testing.Await;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The page in a real browser. */
class StatusPageIT {

    private static final double KEYSTROKE_MILLIS = 100;

    private static @Nullable Browser started;

    private final StatusFixture fixture = new StatusFixture();
    private final Browser browser = browser();

    @BeforeAll
    static void startBrowser() throws Exception {
        started = Browser.start();
    }

    @AfterAll
    static void endBrowser() {
        if (started != null) {
            started.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        fixture.apply(
                service("web", "10.96.0.10", tcp("", 80)),
                slice("web-1", "web", 8080, ready("10.244.0.1"), unready("10.244.0.2")),
                service("api", "10.96.0.11", tcp("", 443)));
        browser.open("http://" + fixture.serve() + "/");
        await("2 Services", "#shown");
    }

    @AfterEach
    void end() {
        fixture.close();
    }

    @Test
    void servicesAreListedWithTheirEndpoints() throws Exception {
        assertThat(browser.text(".rows")).contains("web", "10.96.0.10", "80/TCP", "1 of 2", "api", "0 of 0");
        assertThat(browser.text("h1")).isEqualTo("kube-proxy on " + Specs.THIS_NODE);
    }

    @Test
    void ratesAndSparklinesFollowTheTraffic() {
        long[] opened = {0};
        Await.until("a rate", () -> {
            opened[0] += 100;
            fixture.traffic("web", 7, opened[0], 1000 * opened[0]);
            return browser.text("#total-rate").matches("[1-9].*")
                    && browser.run("return document.querySelectorAll('.rows path.line[d]').length")
                                    .asInt()
                            > 0;
        });
        await("7", "#total-active");
    }

    @Test
    void aServiceThatComesIsShown() {
        fixture.apply(service("late", "10.96.0.12", tcp("", 80)));
        await("3 Services", "#shown");
        await("late", ".rows");
    }

    @Test
    void theKeyboardFiltersOpensAndGoesBack() throws Exception {
        browser.type("/we");
        await("1 of 2 Services", "#shown");
        browser.type(Browser.DOWN + Browser.DOWN + Browser.ENTER);
        await("it is not ready", "#detail");
        assertThat(browser.text("#detail"))
                .contains("web", "10.244.0.1:8080", "100%", "used: it is ready", "not used: it is not ready");
        browser.type(Browser.ESCAPE);
        Await.until(
                "back at the table",
                () -> browser.run(
                                "return document.getElementById('detail').hidden && document.activeElement.id === 'table'")
                        .asBoolean());
    }

    @Test
    void anAddressThatNamesNothingHoldsNothingUp() throws Exception {
        browser.run("location.hash = '#%'");
        await("There is no such Service here.", "#detail");
        fixture.apply(service("late", "10.96.0.12", tcp("", 80)));
        await("3 Services", "#shown");
        assertThat(troubled()).isFalse();
        browser.run("location.hash = '#default%2Fweb'");
        await("10.244.0.1:8080", "#detail");
    }

    @Test
    void aServiceThatIsDeletedIsSaidToBeGone() throws Exception {
        browser.run("location.hash = '#default/web'");
        await("10.244.0.1:8080", "#detail");
        browser.run("document.querySelector('#detail button').focus()");
        fixture.apply(Specs.serviceGone("web"));
        await("This Service is gone.", "#detail");
        await("1 Services", "#shown");
        assertThat(browser.run("return document.activeElement.textContent").asString())
                .as("has the focus still")
                .isEqualTo("Back");
        assertThat(troubled()).isFalse();
    }

    /** Between the list and the question for it. */
    @Test
    void aServiceThatIsNotFoundIsSaidToBeGone() throws Exception {
        browser.run("location.hash = '#default/web'");
        await("10.244.0.1:8080", "#detail");
        browser.run("""
            const found = window.fetch;
            window.fetch = (path, how) =>
              found(path === '/status/services/default/web' ? '/status/services/default/none' : path, how);""");
        await("This Service is gone.", "#detail");
        fixture.apply(service("late", "10.96.0.12", tcp("", 80)));
        await("3 Services", "#shown");
        assertThat(troubled()).isFalse();
    }

    /** What it had seen of the one before would otherwise stay, where both have made as many decisions. */
    @Test
    void anotherRunOfTheProxyIsReadAnew() throws Exception {
        fixture.restart(
                service("other", "10.96.0.10", tcp("", 80)),
                slice("other-1", "other", 8080, ready("10.244.0.1")),
                service("api", "10.96.0.11", tcp("", 443)));
        await("other", ".rows");
        assertThat(browser.text(".rows")).doesNotContain("web");
    }

    @Test
    void listenersThatFailAndEventsAreShown() throws Exception {
        fixture.listeners.add(new ListenerStatus(
                Specs.frontend("127.0.0.1:30080/TCP"),
                new ServicePortName(name("web"), "", Protocol.TCP),
                new ListenerStatus.State.Failed("Address already in use", 3)));
        fixture.events.tell(Event.noHealthPort("<b>taken</b>"));
        browser.run("location.reload()");
        await("127.0.0.1:30080/TCP of default/web: Address already in use", "#listeners");
        await("FailedToStartProxierHealthcheck this node: <b>taken</b>", "#events");
        await("0, 1 fail", "#total-listeners");
    }

    @Test
    void aProxyThatDoesNotAnswerIsTold() {
        fixture.close();
        await("The proxy does not answer; what is shown is old.", "#trouble");
    }

    @Test
    void nothingComesFromElsewhereAndNothingFails() throws Exception {
        JsonNode outside = browser.run("return performance.getEntriesByType('resource')"
                + ".filter(one => !one.name.startsWith(location.origin) || one.responseStatus !== 200)"
                + ".map(one => one.name)");
        assertThat(outside).isEmpty();
    }

    @Test
    void aKeystrokeIsAnsweredAtOnceWithTenThousandServices() throws Exception {
        fixture.applyMany(10_000);
        for (int i = 0; i < 10_000; i++) {
            fixture.traffic("service-%05d".formatted(i), i, 1000L * i, 1_000_000L * i);
        }
        await("10002 Services", "#shown");
        JsonNode slowest = browser.run("""
            const filter = document.getElementById('filter');
            let slowest = 0;
            for (const text of ['s', 'se', 'service-0', 'service-099', 'service-09', '10.96', '', '9 tcp']) {
              const start = performance.now();
              filter.value = text;
              filter.dispatchEvent(new Event('input'));
              document.getElementById('table').getBoundingClientRect();
              slowest = Math.max(slowest, performance.now() - start);
            }
            return slowest;""");
        System.err.println("slowest keystroke at 10,000 Services: " + slowest.asDouble() + " ms");
        assertThat(slowest.asDouble()).isLessThan(KEYSTROKE_MILLIS);
        assertThat(browser.run("return document.querySelectorAll('.rows .row').length")
                        .asInt())
                .isLessThan(100);
    }

    private boolean troubled() throws Exception {
        return !browser.run("return document.getElementById('trouble').hidden").asBoolean();
    }

    private void await(String text, String selector) {
        Await.until(text + " in " + selector, () -> browser.text(selector).contains(text));
    }

    private static Browser browser() {
        if (started == null) {
            throw new IllegalStateException("the browser was not started");
        }
        return started;
    }
}
