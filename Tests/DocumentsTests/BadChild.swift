import Glibc
import TestKit

/// A child that misbehaves on purpose: it stands before the real one and passes frames on, unless
/// a frame holds one of its words.
enum BadChild {
  /// `DIE` ends it, `HANG` makes it silent, `LIE` answers nonsense, `FLOOD` announces 4 GB.
  static func make(in directory: TemporaryDirectory) throws -> String {
    let worker = try Products.binary("mssterm-worker")
    let python = try python()
    return try script(
      in: directory,
      """
      #!\(python) -I
      import os, struct, subprocess, sys
      real = subprocess.Popen(["\(worker)", "decode"], stdin=-1, stdout=-1)
      def frame(stream):
          head = stream.read(4)
          if len(head) < 4: os._exit(0)
          return stream.read(struct.unpack("<I", head)[0])
      def put(stream, data):
          stream.write(struct.pack("<I", len(data)) + data)
          stream.flush()
      me = sys.stdout.buffer
      put(me, frame(real.stdout))
      while True:
          request = frame(sys.stdin.buffer)
          if b"DIE" in request: real.kill(); os._exit(1)
          if b"HANG" in request: sys.stdin.buffer.read()
          if b"FLOOD" in request: me.write(b"\\xff" * 4); me.flush(); sys.stdin.buffer.read()
          if b"LIE" in request: put(me, b"\\x00" + b"\\xff" * 40); continue
          put(real.stdin, request)
          put(me, frame(real.stdout))
      """)
  }

  /// A child that greets only when `condition` (Python) holds for it, and does no more.
  static func greeting(when condition: String, in directory: TemporaryDirectory) throws -> String {
    let python = try python()
    return try script(
      in: directory,
      """
      #!\(python) -I
      import os, socket, sys
      def connects(port):
          try:
              socket.create_connection(("127.0.0.1", port), 5).close()
              return True
          except OSError:
              return False
      if \(condition):
          sys.stdout.buffer.write(b"\\x11\\x00\\x00\\x00mssterm-decoder 1")
          sys.stdout.buffer.flush()
          sys.stdin.buffer.read()
      """)
  }

  /// The system's own: inside bubblewrap nothing but /usr can be seen.
  private static func python() throws -> String {
    let path = "/usr/bin/python3"
    guard access(path, X_OK) == 0 else { throw KitError.missingProgram(path, package: "python3") }
    return path
  }

  private static func script(in directory: TemporaryDirectory, _ text: String) throws -> String {
    let path = try directory.write("child", text + "\n")
    guard chmod(path, 0o755) == 0 else { throw KitError.system("chmod", errno) }
    // A test beside this one may have forked while the script was open for writing; until that
    // child executes its program, nobody can execute the script (ETXTBSY).
    try waitUntil("a script that can be started") { (try? ChildProcess(path).wait()) != nil }
    return path
  }
}
