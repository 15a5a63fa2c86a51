package crjvm.image.dump;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.PipeData;
import crjvm.image.dump.proto.SocketPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The bytes in pipes and unix sockets that had been written but not read at the dump. */
public final class InFlight {
  private static final byte[] NOTHING = {};

  private final Map<Integer, byte[]> pipes = new HashMap<>();
  private final Map<Integer, Integer> capacities = new HashMap<>();
  private final Map<Integer, ByteArrayOutputStream> sockets = new HashMap<>();
  private final Set<Integer> withDescriptors = new HashSet<>();

  private InFlight() {}

  static InFlight load(Path folder) throws IOException, ImageException {
    InFlight all = new InFlight();
    for (String name : List.of("pipes-data.img", "fifo-data.img")) {
      all.loadPipes(folder.resolve(name));
    }
    all.loadSockets(folder.resolve("sk-queues.img"));
    return all;
  }

  private void loadPipes(Path path) throws IOException, ImageException {
    if (!Files.exists(path)) {
      return;
    }
    try (DumpFile file = new DumpFile(path)) {
      for (PipeData entry; (entry = file.next(PipeData.parser())) != null; ) {
        pipes.put(entry.getPipeId(), file.readBytes(entry.getBytes()));
        capacities.put(entry.getPipeId(), entry.getSize());
      }
    }
  }

  private void loadSockets(Path path) throws IOException, ImageException {
    if (!Files.exists(path)) {
      return;
    }
    try (DumpFile file = new DumpFile(path)) {
      for (SocketPacket entry; (entry = file.next(SocketPacket.parser())) != null; ) {
        sockets
            .computeIfAbsent(entry.getIdFor(), id -> new ByteArrayOutputStream())
            .writeBytes(file.readBytes(entry.getLength()));
        if (entry.getScmCount() > 0) {
          withDescriptors.add(entry.getIdFor());
        }
      }
    }
  }

  /**
   * Returns the bytes that the reader of a pipe has not read yet.
   *
   * @param pipeId CRIU's number of the pipe
   */
  public byte[] ofPipe(int pipeId) {
    return pipes.getOrDefault(pipeId, NOTHING);
  }

  /** Returns the number of bytes that the pipe can hold, or 0 if it is not known. */
  public int capacityOfPipe(int pipeId) {
    return capacities.getOrDefault(pipeId, 0);
  }

  /**
   * Returns the bytes that a socket has received.
   *
   * @param fileId CRIU's number of the file
   */
  public byte[] ofSocket(int fileId) {
    ByteArrayOutputStream bytes = sockets.get(fileId);
    return bytes == null ? NOTHING : bytes.toByteArray();
  }

  /** Returns whether descriptors are on their way to a socket. */
  public boolean hasDescriptors(int fileId) {
    return withDescriptors.contains(fileId);
  }
}
