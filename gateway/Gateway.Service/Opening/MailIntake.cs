using System.Buffers;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Service.Indexing;
using Gateway.Service.Receiving;
using Gateway.Service.Spooling;

namespace Gateway.Service.Opening;

/// <summary>
/// Takes an object that came by mail into the spool, as one that came by C-STORE: the same checks, the same rules for a UID that is known,
/// the same promise about when it is on the device.
/// </summary>
internal sealed class MailIntake(Spool spool, SpoolIntake intake)
{
    /// <summary>Takes one in.</summary>
    /// <param name="path">The file; its bytes are not changed.</param>
    /// <param name="calling">The AE title that stands for the partner.</param>
    /// <param name="called">The AE title that says how urgent it is.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Its name in the spool; or null, and why it was not taken.</returns>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public (SpoolName? Name, string? Reason) Take(string path, AeTitle calling, AeTitle called, CancellationToken cancellation)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        FileMetaInformation meta;
        try
        {
            meta = Part10Header.Read(file).Meta with { SourceAeTitle = calling, ReceivingAeTitle = called };
        }
        catch (Part10Exception failure)
        {
            return (null, failure.Message);
        }

        using var received = spool.Begin(meta);
        Copy(file, received, cancellation);
        var summary = received.Check(ImageAttributes.Wanted, cancellation);
        if (ReasonAgainst(meta, summary) is { } reason)
            return (null, reason);
        var (what, name) = intake.Take(received, meta, ImageAttributes.Of(summary), cancellation);
        return what switch
        {
            Intake.OtherPixels => (null, "another image with this SOP instance UID was received before"),
            Intake.Going => throw new IOException("the object was just being removed"), // it is tried again
            _ => (name, null),
        };
    }

    private static void Copy(FileStream file, IncomingObject received, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        try
        {
            while (file.Read(buffer) is var read and > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                received.Append(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string? ReasonAgainst(FileMetaInformation meta, DataSetSummary summary) =>
        summary.Problem is { } problem ? problem.ToString()
        : summary.IsOpaque ? null
        : summary.SopInstanceUid != meta.SopInstance ? "(0008,0018) is not the SOP instance UID of the file meta information"
        : summary.SopClassUid != meta.SopClass ? "(0008,0016) is not the SOP class UID of the file meta information"
        : null;
}
