using Gateway.Dicom.DataSets;
using Gateway.Dicom.Digests;
using Gateway.Dicom.Part10;
using Gateway.Service.Spooling;

namespace Gateway.Service.Receiving;

/// <summary>What an instance is whose UID the spool has already, with other bytes.</summary>
internal enum Sameness
{
    /// <summary>The same data set, sent in another encoding or with other transport attributes: nothing to keep.</summary>
    Same,

    /// <summary>The same pixels under another header, such as a patient whose name is known now: a new version, kept beside the old.</summary>
    NewVersion,

    /// <summary>Other pixels: two images with one UID. Nobody may be left to guess which is the right one.</summary>
    OtherPixels,
}

/// <summary>Holds an instance against the versions of it that the spool has.</summary>
internal static class SameInstance
{
    /// <summary>What a received object is to the versions of its instance.</summary>
    /// <param name="received">The object.</param>
    /// <param name="spool">The spool.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <returns>What it is, and the version that it was held against.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static (Sameness What, SpoolName? Of) Judge(IncomingObject received, Spool spool, CancellationToken cancellation)
    {
        if (Digests(received.FilePath, cancellation) is not { } mine)
            return (Sameness.NewVersion, null); // nobody here can read it: it is kept
        (Sameness What, SpoolName? Of) found = (Sameness.NewVersion, null);
        foreach (var version in spool.Versions(received.Name.InstanceHash))
        {
            if (Digests(spool.PathOf(version), cancellation) is not { } theirs)
                continue;
            if (theirs == mine)
                return (Sameness.Same, version);
            found = theirs.Pixels == mine.Pixels ? (Sameness.NewVersion, version)
                : found.Of is null ? (Sameness.OtherPixels, version)
                : found;
        }

        return found;
    }

    private static ObjectDigests? Digests(string path, CancellationToken cancellation)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return ObjectDigests.Compute(file, DataSetLimits.Default, cancellation);
        }
        catch (Exception failure) when (failure is DataSetException or Part10Exception)
        {
            return null;
        }
    }
}
