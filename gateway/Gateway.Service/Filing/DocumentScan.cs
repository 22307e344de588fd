using System.Security.Cryptography;

namespace Gateway.Service.Filing;

/// <summary>
/// Shows a document to the virus scanner: a copy of it, in a folder that the scanner does not leave alone, as it leaves spool and mail. The copy has to be there
/// afterwards, readable and the same; a scanner that takes it has found something.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="scanner">The scanner.</param>
internal sealed class DocumentScan(string folder, IDocumentScanner scanner)
{
    private const int VirusInfected = unchecked((int)0x800700E1); // ERROR_VIRUS_INFECTED
    private const int VirusDeleted = unchecked((int)0x800700E2); // ERROR_VIRUS_DELETED

    private static readonly ScanVerdict Taken = new ScanVerdict.Infected("the virus scanner took it away or changed it");

    /// <summary>The scanner's name.</summary>
    public string Scanner => scanner.Name;

    /// <summary>Has a document scanned.</summary>
    /// <param name="path">The document, which is only read.</param>
    /// <param name="name">The name of the copy: scanners go by its ending too.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="IOException">The document cannot be read.</exception>
    public async Task<ScanVerdict> ScanAsync(string path, string name, CancellationToken cancellation)
    {
        var copy = Path.Combine(folder, name);
        var hash = await HashOfAsync(path, cancellation);
        try
        {
            File.Copy(path, copy, overwrite: true);
            var verdict = await scanner.ScanAsync(copy, cancellation);
            return verdict is ScanVerdict.Clean && !await IsUntouchedAsync(copy, hash, cancellation) ? Taken : verdict;
        }
        catch (IOException failure) when (failure.HResult is VirusInfected or VirusDeleted)
        {
            return Taken;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new ScanVerdict.NotScanned($"the folder for scanning cannot be written: {failure.Message}");
        }
        finally
        {
            Delete(copy);
        }
    }

    private static async Task<bool> IsUntouchedAsync(string copy, string hash, CancellationToken cancellation)
    {
        try
        {
            return await HashOfAsync(copy, cancellation) == hash;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task<string> HashOfAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }

    // A scanner may hold on to it: the next scan of the document replaces it.
    private static void Delete(string copy)
    {
        try
        {
            File.Delete(copy);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _ = failure;
        }
    }
}
