public import Domain
import GRDB

/// Why the store did not do what was asked, named by what a person can do next.
///
/// No case carries data of a message or a patient.
public enum StoreError: Error, Equatable, Sendable {
  case notFound
  /// The demande is not in a state that allows it; nothing but a journal line was written.
  case refused(Refusal)
  /// Another poste has been writing for that long.
  case busy(seconds: Int)
  case cannotOpen(OpenProblem)
  /// The file cannot be trusted; the code says where, never what.
  case damaged(String)
  /// Any other SQLite result code; 13 is a full disk, however SQLite met it, 10 an I/O error of
  /// another cause, 19 a taken unique name.
  case failed(code: Int32)

  /// True when the same call may succeed later without anybody's doing.
  public var isRetryable: Bool {
    switch self {
    case .busy: true
    case .failed(let code): code == 13 || code == 10
    case .notFound, .refused, .cannotOpen, .damaged: false
    }
  }
}

/// Why a directory cannot be opened as a store.
public enum OpenProblem: Equatable, Sendable {
  case missing
  /// A directory above the store is missing and cannot be made.
  case parent
  /// WAL needs one host: the kind of file system, such as `nfs`.
  case networkFileSystem(String)
  case notWritable
  /// It is not there, and one that was set aside, or that a copy was to become, is.
  case setAside
  /// A newer MSSTerm made it; nothing was written.
  case newerSchema(found: Int, known: Int)
  case notAStore
  /// A stable word for what is wrong: `link`, `directory`, `file`.
  case permissions(String)
}

extension OpenProblem {
  /// What to do about `setAside`, as both programs say it.
  public static let interruptedRestore = (
    french:
      "Aucun magasin ici, mais à côté ce qu’une restauration interrompue a laissé. L’ancien est "
      + "« .aside-….former », ou « .aside-… » s’il n’y a pas de « .former » (sinon "
      + "« .aside-… » est le restauré) ; « .restoring » est inachevé. Refaire « mssterm "
      + "restore », ou remettre l’ancien à sa place.",
    english:
      "No store here, but what an interrupted restore left beside it. The former one is "
      + "\".aside-….former\", or \".aside-…\" where there is no \".former\" (else "
      + "\".aside-…\" is the restored one); \".restoring\" is unfinished. Run \"mssterm "
      + "restore\" again, or put the former one back."
  )
}

extension StoreError {
  /// Nothing more fits on the store's file system; what is stored stays.
  public static let diskFull = StoreError.failed(code: 13)

  /// How long SQLite waits for another writer.
  static let patience = 5

  /// - Parameter directory: the store's, whose free space is looked at.
  init(_ error: any Error, in directory: String? = nil) {
    if let error = error as? StoreError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      // What is not SQLite's is a value that the schema let in and Domain cannot read.
      self = .damaged("value")
      return
    }
    // A log that cannot grow or be made is an I/O error to SQLite; a person needs the cause.
    let isOfStorage = [.SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode)
    if isOfStorage, let directory, FileSystem.isFull(directory) {
      self = .diskFull
      return
    }
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(seconds: Self.patience)
    case .SQLITE_CORRUPT: self = .damaged("sqlite.corrupt")
    case .SQLITE_NOTADB: self = .cannotOpen(.notAStore)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self = .cannotOpen(.notWritable)
    default: self = .failed(code: error.resultCode.rawValue)
    }
  }
}
