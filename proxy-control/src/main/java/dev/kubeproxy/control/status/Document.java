package dev.kubeproxy.control.status;

/** Something to be read over HTTP. */
public record Document(String contentType, String body) {

    static Document json(String body) {
        return new Document("application/json", body);
    }
}
