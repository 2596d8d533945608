package io.pikaconnect.demo;

import io.pikaconnect.replication.BinlogOffset;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What a master answers on its client port, in RESP. On the master's event loop only. */
final class ClientCommands implements Function<List<String>, String> {

    private final RecordedMaster master;

    ClientCommands(RecordedMaster master) {
        this.master = master;
    }

    @Override
    public String apply(List<String> words) {
        return switch (words.get(0).toLowerCase(Locale.ROOT)) {
            case "ping" -> "+PONG\r\n";
            case "info" -> ClientPortHandler.bulk(info());
            case "config" -> config(words.get(words.size() - 1));
            case "time" -> {
                Instant now = master.now();
                yield ClientPortHandler.array(
                        Long.toString(now.getEpochSecond()), Integer.toString(now.getNano() / 1000));
            }
            default -> "-ERR unknown command '" + words.get(0) + "'\r\n";
        };
    }

    private String info() {
        BinlogOffset end = master.log().end();
        return String.join(
                "\r\n",
                "# Server",
                "pika_version:" + master.setup().version(),
                "run_id:" + master.runId(),
                "tcp_port:" + master.port(),
                "# Data",
                "db_size:1048576",
                "# Replication(MASTER)",
                "role:master",
                "ReplicationID:" + master.replicationId(),
                "connected_slaves:" + master.replicas().size(),
                "db0:binlog_offset=" + end.filenum() + " " + end.offset() + ",safety_purge=none",
                "");
    }

    private String config(String name) {
        return switch (name) {
            case "databases" ->
                ClientPortHandler.array(
                        name, Integer.toString(master.setup().databases().size()));
            case "instance-mode" -> ClientPortHandler.array(name, "classic");
            case "write-binlog" -> ClientPortHandler.array(name, master.isWritingBinlog() ? "yes" : "no");
            case "expire-logs-nums" -> ClientPortHandler.array(name, "10");
            case "expire-logs-days" -> ClientPortHandler.array(name, "7");
            case "binlog-file-size" -> ClientPortHandler.array(name, "104857600");
            case "replication-id" -> ClientPortHandler.array(name, master.replicationId());
            case "run-id" -> ClientPortHandler.array(name, master.runId());
            default -> ClientPortHandler.array();
        };
    }
}
