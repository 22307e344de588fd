using Gateway.Dicom.Commitment;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;

namespace Gateway.Service.Committing;

/// <summary>
/// What the gateway commits itself to: an instance that lies in the spool under the class that was asked about, whole, as its seal says; the
/// object is read for it. One whose UID came with other pixels too is not committed, since nobody knows which of the two is meant.
/// </summary>
internal sealed class SpoolCommitment(Spool spool)
{
    /// <summary>The report on a request.</summary>
    public CommitmentReport Judge(LedgerEvent.CommitmentRequested asked, CancellationToken cancellation)
    {
        var (committed, failed) = (new List<InstanceReference>(), new List<FailedInstance>());
        foreach (var one in asked.Instances)
        {
            cancellation.ThrowIfCancellationRequested();
            var reference = new InstanceReference(Uid.Parse(one.Class), Uid.Parse(one.Instance));
            if (Failure(reference) is { } reason)
                failed.Add(new FailedInstance(reference, reason));
            else
                committed.Add(reference);
        }

        return new CommitmentReport(Uid.Parse(asked.Transaction), committed, failed);
    }

    private FailureReason? Failure(InstanceReference reference)
    {
        var hash = SpoolName.HashOf(reference.SopInstance);
        try
        {
            if (spool.HasInQuarantine(hash))
                return FailureReason.ProcessingFailure;
            var versions = spool.Versions(hash).Select(spool.PathOf).ToList();
            if (versions.Count == 0)
                return FailureReason.NoSuchObjectInstance;
            var ofClass = versions.Where(path => IsOf(path, reference.SopClass)).ToList();
            return ofClass.Exists(Seal.Holds) ? null : ofClass.Count > 0 ? FailureReason.ProcessingFailure : FailureReason.ClassInstanceConflict;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Part10Exception)
        {
            return FailureReason.ProcessingFailure;
        }
    }

    private static bool IsOf(string path, Uid sopClass)
    {
        using var file = File.OpenRead(path);
        return Part10Header.Read(file).Meta.SopClass == sopClass;
    }
}
