package io.pikaconnect.demo;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The few commands of a master's client port that a replica asks for, in RESP: AUTH, PING, INFO, CONFIG GET, TIME.
 *
 * <pre>
 * *2 \r\n $4 \r\n INFO \r\n $6 \r\n server \r\n
 * </pre>
 */
final class ClientPortHandler extends ByteToMessageDecoder {

    private final Optional<String> password;
    private final Function<List<String>, String> commands;
    private boolean authenticated;

    /** @param commands answers a command, as RESP */
    ClientPortHandler(Optional<String> password, Function<List<String>, String> commands) {
        this.password = password;
        this.commands = commands;
        authenticated = password.isEmpty();
    }

    static String bulk(String text) {
        return "$" + text.getBytes(StandardCharsets.UTF_8).length + "\r\n" + text + "\r\n";
    }

    static String array(String... texts) {
        StringBuilder out = new StringBuilder("*" + texts.length + "\r\n");
        for (String text : texts) {
            out.append(bulk(text));
        }
        return out.toString();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int start = in.readerIndex();
        Optional<List<String>> command = read(in);
        if (command.isEmpty()) {
            in.readerIndex(start);
            return;
        }
        ByteBuf answer = context.alloc().buffer();
        answer.writeCharSequence(answer(command.get()), StandardCharsets.UTF_8);
        context.writeAndFlush(answer);
    }

    private String answer(List<String> command) {
        if (command.get(0).toLowerCase(Locale.ROOT).equals("auth")) {
            if (password.isEmpty()) {
                return "-ERR Client sent AUTH, but no password is set\r\n";
            }
            authenticated |= password.get().equals(command.get(command.size() - 1));
            return authenticated ? "+OK\r\n" : "-ERR invalid password\r\n";
        }
        return authenticated ? commands.apply(command) : "-NOAUTH Authentication required.\r\n";
    }

    private static Optional<List<String>> read(ByteBuf in) {
        Optional<String> head = line(in);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        int count = Integer.parseInt(head.get().substring(1));
        for (int i = 0; i < count; i++) {
            Optional<String> length = line(in);
            if (length.isEmpty()) {
                return Optional.empty();
            }
            int bytes = Integer.parseInt(length.get().substring(1));
            if (in.readableBytes() < bytes + 2) {
                return Optional.empty();
            }
            words.add(in.readCharSequence(bytes, StandardCharsets.UTF_8).toString());
            in.skipBytes(2);
        }
        return Optional.of(words);
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
}
