package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiOutageTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        401 | it does not know this user (401); check token or certificate in the kubeconfig
        403 | this user may not (403); bind it to the ClusterRole system:node-proxier: no
        500 | it answers 500: no
        """)
    void anAnswerIsToldByItsCode(int code, String reason) {
        var status = new StatusBuilder().withCode(code).withMessage("no").build();

        assertThat(ApiOutage.reason(new KubernetesClientException("Failure executing", code, status)))
                .isEqualTo(reason);
    }

    @Test
    void withoutAnAnswerTheRootOfItIsTold() {
        var refused = new IOException("outer", new ConnectException("Connection refused: /127.0.0.1:1"));

        assertThat(ApiOutage.reason(new KubernetesClientException("Operation: [list]", refused)))
                .isEqualTo("Connection refused: /127.0.0.1:1");
        assertThat(ApiOutage.reason(new KubernetesClientException("x", new IOException())))
                .isEqualTo("IOException");
    }
}
