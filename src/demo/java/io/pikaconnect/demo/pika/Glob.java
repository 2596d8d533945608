package io.pikaconnect.demo.pika;

/** A pattern as Redis has it: {@code * ? [a-c] [^x] \x}. */
final class Glob {

    private final byte[] pattern;

    Glob(byte[] pattern) {
        this.pattern = pattern;
    }

    boolean matches(byte[] name) {
        return matches(0, name, 0);
    }

    private boolean matches(int at, byte[] name, int from) {
        int p = at;
        int n = from;
        while (p < pattern.length) {
            if (pattern[p] == '*') {
                for (int rest = n; rest <= name.length; rest++) {
                    if (matches(p + 1, name, rest)) {
                        return true;
                    }
                }
                return false;
            }
            if (n == name.length) {
                return false;
            }
            if (pattern[p] == '[') {
                int end = classEnd(p);
                if (!inClass(p + 1, end, name[n])) {
                    return false;
                }
                p = Math.min(end, pattern.length - 1);
            } else {
                if (pattern[p] == '\\' && p + 1 < pattern.length) {
                    p++;
                    if (pattern[p] != name[n]) {
                        return false;
                    }
                } else if (pattern[p] != '?' && pattern[p] != name[n]) {
                    return false;
                }
            }
            p++;
            n++;
        }
        return n == name.length;
    }

    private int classEnd(int open) {
        int p = open + 1;
        while (p < pattern.length && pattern[p] != ']') {
            p += pattern[p] == '\\' ? 2 : 1;
        }
        return p;
    }

    private boolean inClass(int from, int end, byte b) {
        boolean negated = from < end && pattern[from] == '^';
        boolean found = false;
        for (int p = negated ? from + 1 : from; p < end; p++) {
            if (p + 2 < end && pattern[p + 1] == '-') {
                int low = Math.min(pattern[p] & 0xff, pattern[p + 2] & 0xff);
                int high = Math.max(pattern[p] & 0xff, pattern[p + 2] & 0xff);
                found |= (b & 0xff) >= low && (b & 0xff) <= high;
                p += 2;
            } else {
                if (pattern[p] == '\\' && p + 1 < end) {
                    p++;
                }
                found |= pattern[p] == b;
            }
        }
        return found != negated;
    }
}
