namespace Gateway.Service.Spooling;

/// <summary>A step on the way of an object or a line to the device. Tests stop there: what is on the disk then is what a kill would leave.</summary>
internal enum Moment
{
    /// <summary>Bytes of an object were given to the system.</summary>
    Appended,

    /// <summary>The seal was given to the system; the object is not flushed.</summary>
    Sealed,

    /// <summary>The object is on the device under its first name.</summary>
    Settled,

    /// <summary>The object bears its name in the spool; that the rename is on the device is not known.</summary>
    Placed,

    /// <summary>A line of the ledger waits in memory.</summary>
    LineAppended,

    /// <summary>Lines of the ledger were given to the system; they are not flushed.</summary>
    LinesWritten,

    /// <summary>Lines of the ledger are on the device.</summary>
    LinesFlushed,

    /// <summary>An object was deleted.</summary>
    Removed,
}
