package io.pikaconnect.demo;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** Sends a connection's bytes as a slow network would: a few at a time, however much is written. */
final class SlowLink extends ChannelOutboundHandlerAdapter {

    private static final int TICK_MILLIS = 20;

    private record Waiting(ByteBuf bytes, ChannelPromise promise) {}

    private final int bytesPerTick;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private boolean ticking;

    SlowLink(int bytesPerSecond) {
        bytesPerTick = Math.max(1, bytesPerSecond * TICK_MILLIS / 1_000);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        waiting.add(new Waiting((ByteBuf) message, promise));
        if (!ticking) {
            ticking = true;
            tick(context);
        }
    }

    private void tick(ChannelHandlerContext context) {
        int left = bytesPerTick;
        while (left > 0 && !waiting.isEmpty()) {
            Waiting next = waiting.element();
            int count = Math.min(left, next.bytes.readableBytes());
            left -= count;
            if (count == next.bytes.readableBytes()) {
                context.write(waiting.remove().bytes, next.promise);
            } else {
                context.write(next.bytes.readRetainedSlice(count));
            }
        }
        context.flush();
        ticking = !waiting.isEmpty();
        if (ticking) {
            context.executor().schedule(() -> tick(context), TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        waiting.forEach(w -> w.bytes.release());
        waiting.clear();
    }
}
