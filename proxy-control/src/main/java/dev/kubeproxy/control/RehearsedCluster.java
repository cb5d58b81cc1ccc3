package dev.kubeproxy.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** As much of an API server as a {@link Rehearsal} needs: a Service whose endpoint is told by a watch. */
final class RehearsedCluster implements AutoCloseable {

    private static final String LIST =
            "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[%s]}";
    private static final String DISCOVERY = """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"discovery.k8s.io/v1",
             "resources":[{"name":"endpointslices","namespaced":true,"kind":"EndpointSlice","verbs":["list","watch"]}]}""";
    private static final String ENDPOINT = "{\"addresses\":[\"127.0.0.1\"],\"conditions\":{\"ready\":true}}";
    private static final String STATUS =
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":404}";

    private static final int LONGEST_REQUEST = 65_536; // bytes of a body

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final String service;
    private final int backendPort;

    RehearsedCluster(InetSocketAddress address, int backendPort) throws IOException {
        service = """
            {"metadata":{"name":"s1","namespace":"default","uid":"1","resourceVersion":"1"},
             "spec":{"type":"ClusterIP","clusterIP":"%1$s","clusterIPs":["%1$s"],"ipFamilies":["IPv4"],
             "ports":[{"name":"tcp","port":%2$d,"protocol":"TCP","targetPort":%3$d},
                      {"name":"udp","port":%2$d,"protocol":"UDP","targetPort":%3$d}]}}""".formatted(address.getHostString(), address.getPort(), backendPort);
        this.backendPort = backendPort;
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        new ServerBootstrap()
                .group(loop)
                .channelFactory(() -> new NioServerSocketChannel(server))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        client.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new HttpObjectAggregator(LONGEST_REQUEST))
                                .addLast(new Requests());
                    }
                })
                .register();
    }

    /** A Service and a slice of ten endpoints, of which one answers. */
    static String manifest(int i, int version, int port, int backendPort) {
        String endpoints = IntStream.rangeClosed(1, 10)
                .mapToObj(k -> "{addresses: [127.0.0.%d]}".formatted(i == 1 ? 1 : k + version))
                .collect(Collectors.joining(", "));
        return """
            apiVersion: v1
            kind: Service
            metadata:
              name: s%1$d
            spec:
              clusterIP: 127.96.%2$s
              ports:
                - {name: tcp, port: %3$d, targetPort: %4$d}
                - {name: udp, port: %3$d, targetPort: %4$d, protocol: UDP}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: s%1$d-1
              labels: {kubernetes.io/service-name: s%1$d}
            addressType: IPv4
            ports:
              - {name: tcp, port: %4$d}
              - {name: udp, port: %4$d, protocol: UDP}
            endpoints: [%5$s]
            """.formatted(i, (i / 256) + "." + (i % 256), port, backendPort, endpoints);
    }

    String url() {
        return "http://127.0.0.1:" + server.socket().getLocalPort();
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private HttpResponse answer(String target) {
        String text = text(new QueryStringDecoder(target).path());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        HttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                text.equals(STATUS) ? HttpResponseStatus.NOT_FOUND : HttpResponseStatus.OK,
                Unpooled.wrappedBuffer(bytes));
        answer.headers().set("Content-Length", bytes.length);
        return answer;
    }

    private String text(String path) {
        return switch (path) {
            case "/api/v1/services" -> LIST.formatted("Service", "v1", service);
            case "/api/v1/nodes" -> LIST.formatted("Node", "v1", "");
            case "/apis/discovery.k8s.io/v1" -> DISCOVERY;
            case "/apis/discovery.k8s.io/v1/endpointslices" ->
                LIST.formatted("EndpointSlice", "discovery.k8s.io/v1", slice(1, ""));
            default -> STATUS;
        };
    }

    private String slice(int version, String endpoints) {
        return """
            {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",
             "metadata":{"name":"s1-1","namespace":"default","uid":"2","resourceVersion":"%2$d",
             "labels":{"kubernetes.io/service-name":"s1"}},"addressType":"IPv4",
             "ports":[{"name":"tcp","port":%1$d,"protocol":"TCP"},{"name":"udp","port":%1$d,"protocol":"UDP"}],
             "endpoints":[%3$s]}""".formatted(backendPort, version, endpoints);
    }

    /** The requests of one client. A watch is a WebSocket; that of EndpointSlices has something to tell. */
    private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            if (request.headers().contains(HttpHeaderNames.UPGRADE)) {
                new WebSocketServerHandshakerFactory(url(), null, false)
                        .newHandshaker(request)
                        .handshake(context.channel(), request)
                        .addListener(_ -> tellChange(context, request.uri()));
                return;
            }
            HttpResponse answer = answer(request.uri());
            answer.headers().set("Content-Type", "application/json");
            context.writeAndFlush(answer);
        }

        private void tellChange(ChannelHandlerContext context, String target) {
            if (target.contains("endpointslices")) {
                String event = "{\"type\":\"MODIFIED\",\"object\":" + slice(2, ENDPOINT) + "}";
                context.channel().writeAndFlush(new TextWebSocketFrame(event));
            }
        }
    }
}
