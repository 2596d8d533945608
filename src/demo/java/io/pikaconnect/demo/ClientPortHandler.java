package io.pikaconnect.demo;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A connection to a master's client port: commands in RESP, one after the other, answered in order.
 *
 * <pre>
 * *2 \r\n $4 \r\n INFO \r\n $6 \r\n server \r\n
 * </pre>
 */
final class ClientPortHandler extends ByteToMessageDecoder {

    private final Optional<String> password;
    private final Function<Command, Reply> commands;
    private boolean authenticated;
    // The command that is being read: arguments still to come, those read, and the length of the next one if it is
    // known.
    private int missing;
    private List<byte[]> args = List.of();
    private OptionalInt length = OptionalInt.empty();

    ClientPortHandler(Optional<String> password, Function<Command, Reply> commands) {
        this.password = password;
        this.commands = commands;
        authenticated = password.isEmpty();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (missing == 0) {
            Optional<String> head = line(in);
            if (head.isEmpty()) {
                return;
            }
            missing = Integer.parseInt(head.get().substring(1));
            args = new ArrayList<>();
        }
        while (missing > 0 && readArgument(in)) {
            missing--;
        }
        if (missing == 0 && !args.isEmpty()) {
            ByteBuf answer = context.alloc().buffer();
            answer(new Command(args)).writeTo(answer);
            args = List.of();
            context.write(answer);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
        context.flush();
    }

    private boolean readArgument(ByteBuf in) {
        if (length.isEmpty()) {
            line(in).ifPresent(head -> length = OptionalInt.of(Integer.parseInt(head.substring(1))));
        }
        if (length.isEmpty() || in.readableBytes() < length.getAsInt() + 2) {
            return false;
        }
        byte[] bytes = new byte[length.getAsInt()];
        in.readBytes(bytes);
        in.skipBytes(2);
        args.add(bytes);
        length = OptionalInt.empty();
        return true;
    }

    private Reply answer(Command command) {
        if (command.name().equals("auth")) {
            if (password.isEmpty()) {
                return Reply.error("Client sent AUTH, but no password is set");
            }
            authenticated |= password.get().equals(command.text(command.size() - 1));
            return authenticated ? Reply.OK : Reply.error("invalid password");
        }
        return authenticated ? commands.apply(command) : new Reply.Failure("NOAUTH Authentication required.");
    }

    private static Optional<String> line(ByteBuf in) {
        int length = in.bytesBefore((byte) '\r');
        if (length < 0 || in.readableBytes() < length + 2) {
            return Optional.empty();
        }
        String line = in.readCharSequence(length, StandardCharsets.US_ASCII).toString();
        in.skipBytes(2);
        return Optional.of(line);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
