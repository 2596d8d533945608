package io.pikaconnect.demo;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The listening ports of a stand-in master on 127.0.0.1, some fixed steps apart, and their connections; all on one event
 * loop.
 */
final class Ports implements AutoCloseable {

    /** One port: its distance from the first, and what handles a connection to it. */
    record Port(int shift, Supplier<List<ChannelHandler>> handlers) {}

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("master", true), NioIoHandler.newFactory());
    private final EventLoop loop = (EventLoop) group.next();
    private final ChannelGroup listening = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Map<Integer, ChannelGroup> connections = new ConcurrentHashMap<>();
    private volatile int first;

    /** Starts to listen, on free ports the first time, later on the same. */
    void open(List<Port> ports) throws IOException {
        for (int tries = 0; tries < 200; tries++) {
            int candidate = first != 0 ? first : ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (ports.stream().allMatch(port -> listen(candidate, port))) {
                first = candidate;
                return;
            }
            listening.close().awaitUninterruptibly();
        }
        throw new IOException("no free ports for a master: P, P + 2000, P + 10001");
    }

    private boolean listen(int candidate, Port port) {
        ChannelGroup connected = connectionsTo(port.shift);
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connected.add(channel);
                        channel.pipeline().addLast(port.handlers.get().toArray(ChannelHandler[]::new));
                    }
                })
                .bind("127.0.0.1", candidate + port.shift)
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            listening.add(bound.channel());
        }
        return bound.isSuccess();
    }

    private ChannelGroup connectionsTo(int shift) {
        return connections.computeIfAbsent(shift, s -> new DefaultChannelGroup(GlobalEventExecutor.INSTANCE));
    }

    EventLoop loop() {
        return loop;
    }

    /** The first of the ports. */
    int first() {
        return first;
    }

    int connected(int shift) {
        return connectionsTo(shift).size();
    }

    /** Ends the connections to one port. */
    void cut(int shift, boolean reset) {
        ChannelGroup connected = connectionsTo(shift);
        if (reset) {
            connected.forEach(c -> c.config().setOption(ChannelOption.SO_LINGER, 0));
        }
        ChannelGroupFuture closing = connected.close();
        if (!loop.inEventLoop()) {
            closing.awaitUninterruptibly();
        }
    }

    /** Stops listening and ends every connection. */
    void stop() {
        listening.close().awaitUninterruptibly();
        connections.keySet().forEach(shift -> cut(shift, false));
    }

    @Override
    public void close() {
        stop();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
