using System.Collections.Concurrent;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Part10;
using Gateway.Service.Spooling;

namespace Gateway.Service.Indexing;

/// <summary>
/// The headers of instances. Those received a moment ago are still at hand; any other is read from its object.
/// </summary>
internal sealed class RecentHeaders(Spool spool)
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<string, InstanceHeader> recent = [];

    /// <summary>Keeps one until it is asked for; where too many wait, it will be read.</summary>
    public void Keep(SpoolName name, InstanceHeader header)
    {
        if (recent.Count < Most)
            recent[name.ToString()] = header;
    }

    /// <summary>The header of an instance; null where its object is gone or is none any more.</summary>
    public InstanceHeader? Of(string name)
    {
        if (recent.TryRemove(name, out var kept))
            return kept;
        if (SpoolName.Parse(name) is not { } parsed)
            return null;
        try
        {
            using var file = File.OpenRead(spool.PathOf(parsed));
            var meta = Part10Header.Read(file).Meta;
            var summary = DataSetReader.Read(file, meta.TransferSyntax, DataSetLimits.Default, ImageAttributes.Wanted, CancellationToken.None);
            return new InstanceHeader(meta.SopInstance.Value, meta.SopClass.Value, meta.TransferSyntax.Uid.Value, ImageAttributes.Of(summary));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Part10Exception)
        {
            return null; // the reconciliation of the next start tells of it
        }
    }
}
