using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Digests;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Tests.Peers;

namespace Gateway.Service.Tests.Peers;

/// <summary>
/// Sends pydicom's test files, or others, with DCMTK's storescu to a running gateway. What storescu can itself send is decided by sending it first to
/// DCMTK's own storescp, bit preserving; the gateway must take the same and keep the same bytes.
/// </summary>
/// <param name="host">The gateway's address.</param>
/// <param name="port">The gateway's DICOM port.</param>
/// <param name="calledAeTitle">The gateway's AE title.</param>
/// <param name="callingAeTitle">A title that the gateway lets in from this machine.</param>
/// <param name="spoolFolder">The gateway's spool.</param>
public sealed class PydicomSet(string host, int port, string calledAeTitle, string callingAeTitle, string spoolFolder)
{
    private const string Python = "/usr/bin/python3";

    /// <summary>
    /// storescu's option that proposes a transfer syntax first, and storescp's that prefers it. Without a header storescu guesses, as with
    /// explicit little endian.
    /// </summary>
    private static readonly Dictionary<string, (string Propose, string Prefer)> Options = new()
    {
        [""] = ("-xe", "+xe"),
        ["1.2.840.10008.1.2"] = ("-xi", "+xi"),
        ["1.2.840.10008.1.2.1"] = ("-xe", "+xe"),
        ["1.2.840.10008.1.2.2"] = ("-xb", "+xb"),
        ["1.2.840.10008.1.2.1.99"] = ("-xd", "+xd"),
        ["1.2.840.10008.1.2.4.50"] = ("-xy", "+xy"),
        ["1.2.840.10008.1.2.4.51"] = ("-xx", "+xx"),
        ["1.2.840.10008.1.2.4.70"] = ("-xs", "+xs"),
        ["1.2.840.10008.1.2.4.80"] = ("-xt", "+xt"),
        ["1.2.840.10008.1.2.4.81"] = ("-xu", "+xu"),
        ["1.2.840.10008.1.2.4.90"] = ("-xv", "+xv"),
        ["1.2.840.10008.1.2.4.91"] = ("-xw", "+xw"),
        ["1.2.840.10008.1.2.5"] = ("-xr", "+xr"),
    };

    private readonly ConcurrentBag<string> sent = [];
    private readonly ConcurrentBag<string> notSent = [];
    private readonly ConcurrentBag<string> failures = [];

    /// <summary>What storescu could send, and the gateway was sent.</summary>
    public IReadOnlyCollection<string> Sent => sent;

    /// <summary>What storescu could not send to storescp either.</summary>
    public IReadOnlyCollection<string> NotSent => notSent;

    /// <summary>What the gateway did not take, or did not keep as storescp did.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>What is missing on this machine; null where nothing is.</summary>
    public static async Task<string?> MissingAsync(CancellationToken cancellation)
    {
        if (!Dcmtk.IsInstalled("storescu", "storescp", "echoscu"))
            return "storescu, storescp or echoscu (dcmtk) is not installed";
        return (await FolderAsync(cancellation)).Length == 0 ? "pydicom's test files (python3-pydicom) are not installed" : null;
    }

    /// <summary>Sends the set.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var folder = await FolderAsync(cancellation);
        await SendAsync(
            Directory.GetFiles(Path.Combine(folder, "test_files"), "*", SearchOption.AllDirectories).Concat(Directory.GetFiles(Path.Combine(folder, "charset_files"))), cancellation);
    }

    /// <summary>Sends files, four transfer syntaxes at a time.</summary>
    public async Task SendAsync(IEnumerable<string> files, CancellationToken cancellation)
    {
        var groups = files.Order(StringComparer.Ordinal).GroupBy(SyntaxOf)
            .SelectMany(group => group.Chunk(20).Select(chunk => (Syntax: group.Key, Files: chunk)));
        await Parallel.ForEachAsync(
            groups, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation }, async (group, token) =>
            {
                var (propose, prefer) = Options.GetValueOrDefault(group.Syntax, Options[""]);
                await using var reference = await StoreScp.StartAsync(token, "+B", "+uf", prefer);
                foreach (var file in group.Files)
                    await SendAsync(file, propose, reference, token);
            });
    }

    private async Task SendAsync(string file, string propose, StoreScp reference, CancellationToken cancellation)
    {
        var toReference = await Dcmtk.RunAsync(
            "storescu", ["-q", "-R", propose, "-aec", "STORESCP", "127.0.0.1", $"{reference.Port}", file], cancellation);
        var kept = Directory.GetFiles(reference.Folder);
        if (toReference.ExitCode != 0 || kept.Length != 1)
        {
            notSent.Add(file);
            Array.ForEach(kept, File.Delete);
            return;
        }

        sent.Add(file);
        var portText = port.ToString(CultureInfo.InvariantCulture);
        var toGateway = await Dcmtk.RunAsync(
            "storescu", ["-R", propose, "-aet", callingAeTitle, "-aec", calledAeTitle, host, portText, file], cancellation);
        if (!(toGateway.ExitCode == 0 ? await IsKeptAsync(kept[0], cancellation) || await IsThereAsync(kept[0], cancellation)
            : await IsLaidAsideAsync(kept[0], cancellation)))
            failures.Add($"{file}: not kept as storescp kept it: {toGateway.Output}");
        File.Delete(kept[0]);
    }

    /// <summary>Whether the spool holds the data set of a file that storescp kept, under the name that its bytes ask for.</summary>
    private async Task<bool> IsKeptAsync(string reference, CancellationToken cancellation)
    {
        var (meta, dataSet) = await ReadAsync(reference, cancellation);
        var path = Path.Combine(spoolFolder, NameOf(meta, dataSet)[..2], NameOf(meta, dataSet));
        if (!File.Exists(path))
            return false;
        var (keptMeta, keptDataSet) = await ReadAsync(path, cancellation);
        return keptDataSet.AsSpan().SequenceEqual(dataSet)
            && (keptMeta.SopClass, keptMeta.SopInstance, keptMeta.TransferSyntax) == (meta.SopClass, meta.SopInstance, meta.TransferSyntax);
    }

    /// <summary>The set holds the same instance in several encodings: whether the spool has the same data set in another one.</summary>
    private async Task<bool> IsThereAsync(string reference, CancellationToken cancellation) =>
        (await VersionsAsync(reference, cancellation)).Any(path => Digests(path, cancellation) == Digests(reference, cancellation));

    /// <summary>The set holds other images under one UID: whether the spool has another one, and this one lies in quarantine.</summary>
    private async Task<bool> IsLaidAsideAsync(string reference, CancellationToken cancellation)
    {
        var (meta, dataSet) = await ReadAsync(reference, cancellation);
        return File.Exists(Path.Combine(spoolFolder, "quarantine", NameOf(meta, dataSet)))
            && (await VersionsAsync(reference, cancellation)).Any(path => Digests(path, cancellation).Pixels != Digests(reference, cancellation).Pixels)
            && (await ReadAsync(Path.Combine(spoolFolder, "quarantine", NameOf(meta, dataSet)), cancellation)).DataSet.AsSpan().SequenceEqual(dataSet);
    }

    private async Task<IReadOnlyList<string>> VersionsAsync(string reference, CancellationToken cancellation)
    {
        var (meta, dataSet) = await ReadAsync(reference, cancellation);
        var name = NameOf(meta, dataSet);
        return Directory.GetFiles(Path.Combine(spoolFolder, name[..2]), $"{name.Split('-')[0]}-*.dicom");
    }

    private static ObjectDigests Digests(string path, CancellationToken cancellation)
    {
        using var file = File.OpenRead(path);
        return ObjectDigests.Compute(file, DataSetLimits.Default, cancellation);
    }

    private static string NameOf(FileMetaInformation meta, byte[] dataSet) =>
        $"{Hash(Encoding.ASCII.GetBytes(meta.SopInstance.Value))[..32]}-{Hash([.. dataSet, .. Encoding.ASCII.GetBytes(meta.TransferSyntax.Uid.Value)])[..16]}.dicom";

    private static async Task<(FileMetaInformation Meta, byte[] DataSet)> ReadAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var header = Part10Header.Read(file);
        var dataSet = new byte[file.Length - header.DataSetOffset];
        await file.ReadExactlyAsync(dataSet, cancellation);
        return (header.Meta, dataSet);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string SyntaxOf(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Part10Header.Read(stream).Meta.TransferSyntax.Uid.Value;
        }
        catch (Part10Exception)
        {
            return "";
        }
    }

    private static async Task<string> FolderAsync(CancellationToken cancellation)
    {
        if (!File.Exists(Python))
            return "";
        var (exitCode, output) = await Dcmtk.RunAsync(
            Python, ["-c", "import os, pydicom.data; print(os.path.dirname(pydicom.data.__file__))"], cancellation);
        return exitCode == 0 ? output.Trim() : "";
    }
}
