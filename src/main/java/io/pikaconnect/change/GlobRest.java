package io.pikaconnect.change;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * A glob of bytes as Redis and Pika match it: {@code *}, {@code ?}, {@code [abc]}, {@code [^a-z]}, {@code \} before a
 * character that means itself; a bracket that is not closed ends with the glob.
 */
public final class GlobRest {

    /** What matches one byte, or any number of them. */
    private record Token(Kind kind, int begin, int end) {}

    private enum Kind {
        ANY_NUMBER,
        ANY,
        ONE_OF,
        LITERAL
    }

    private final byte[] glob;
    private final List<Token> tokens = new ArrayList<>();

    public GlobRest(byte[] glob) {
        this.glob = glob;
        int at = 0;
        while (at < glob.length) {
            int begin = at;
            Kind kind = switch (glob[at]) {
                case '*' -> Kind.ANY_NUMBER;
                case '?' -> Kind.ANY;
                case '[' -> Kind.ONE_OF;
                default -> Kind.LITERAL;
            };
            if (kind == Kind.ONE_OF) {
                at = endOfClass(at);
            } else {
                at += glob[at] == '\\' && at + 1 < glob.length ? 2 : 1;
            }
            tokens.add(new Token(kind, begin, at));
        }
    }

    private int endOfClass(int begin) {
        int at = begin + (begin + 1 < glob.length && glob[begin + 1] == '^' ? 2 : 1);
        while (at < glob.length && glob[at] != ']') {
            at += lengthOfMember(at);
        }
        return Math.min(glob.length, at + 1);
    }

    /** Of a character, an escaped one, or a range. */
    private int lengthOfMember(int at) {
        if (glob[at] == '\\' && at + 1 < glob.length) {
            return 2;
        }
        return at + 2 < glob.length && glob[at + 1] == '-' ? 3 : 1;
    }

    /** What every match begins with. */
    public byte[] beginning() {
        ByteArrayOutputStream literals = new ByteArrayOutputStream();
        for (Token token : tokens) {
            if (token.kind != Kind.LITERAL) {
                break;
            }
            literals.write(glob[token.end - 1]);
        }
        return literals.toByteArray();
    }

    /** Globs for what follows a beginning in the matches that have it: a name matches one of them; none if none begins so. */
    public List<byte[]> after(byte[] beginning) {
        TreeSet<Integer> at = new TreeSet<>(List.of(0));
        for (byte b : beginning) {
            TreeSet<Integer> next = new TreeSet<>();
            for (int each : at) {
                step(each, b, next);
            }
            at = next;
        }
        // From a star on anything may stand before what follows it, so that nothing before the last one matters.
        Integer lastStar = at.descendingSet().stream()
                .filter(i -> i < tokens.size() && tokens.get(i).kind == Kind.ANY_NUMBER)
                .findFirst()
                .orElse(0);
        return at.tailSet(lastStar).stream().map(this::from).toList();
    }

    /** The places after a byte, if it was at that place before. */
    private void step(int place, byte b, TreeSet<Integer> next) {
        int at = place;
        while (at < tokens.size() && tokens.get(at).kind == Kind.ANY_NUMBER) {
            next.add(at++);
        }
        if (at < tokens.size() && accepts(tokens.get(at), b)) {
            next.add(at + 1);
        }
    }

    private boolean accepts(Token token, byte b) {
        return switch (token.kind) {
            case ANY_NUMBER, ANY -> true;
            case LITERAL -> glob[token.end - 1] == b;
            case ONE_OF -> isOneOf(token, b);
        };
    }

    private boolean isOneOf(Token token, byte b) {
        boolean isNegated = token.begin + 1 < token.end && glob[token.begin + 1] == '^';
        boolean isIn = false;
        int at = token.begin + (isNegated ? 2 : 1);
        while (at < token.end && glob[at] != ']') {
            int length = lengthOfMember(at);
            byte first = length == 2 ? glob[at + 1] : glob[at];
            byte last = glob[at + length - 1];
            isIn |= Math.min(first, last) <= b && b <= Math.max(first, last);
            at += length;
        }
        return isIn != isNegated;
    }

    private byte[] from(int token) {
        return token == tokens.size() ? new byte[0] : Arrays.copyOfRange(glob, tokens.get(token).begin, glob.length);
    }

    /** A glob that only that text matches. */
    public static byte[] literal(byte[] text) {
        ByteArrayOutputStream glob = new ByteArrayOutputStream();
        for (byte b : text) {
            if (b == '*' || b == '?' || b == '[' || b == '\\') {
                glob.write('\\');
            }
            glob.write(b);
        }
        return glob.toByteArray();
    }
}
