package io.pikaconnect.source;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Names a stored position: by the logical name and the database, never by an address. Connect looks it up by its bytes,
 * so the order of the entries is always this one; and with each record by its hash, which is therefore computed once.
 */
final class SourcePartition extends AbstractMap<String, String> {

    private final Map<String, String> entries = new LinkedHashMap<>();
    private final int hash;

    SourcePartition(String name, String database) {
        entries.put("pika", name);
        entries.put("db", database);
        hash = entries.hashCode();
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return Collections.unmodifiableMap(entries).entrySet();
    }

    @Override
    public boolean equals(Object o) {
        return this == o || super.equals(o);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
