using System.Formats.Tar;
using Gateway.DicomMail.OpenPgp;

namespace Gateway.Service.Backups;

/// <summary>A set in one file that nobody reads without the recovery key: a TAR archive in an OpenPGP message, compressed and protected against changes. The index and the ledger name patients and studies.</summary>
internal static class SealedSet
{
    /// <summary>The file's name.</summary>
    public const string Name = "set.tar.pgp";

    private static readonly TimeSpan Hours = TimeSpan.FromHours(48);
    private static readonly DecryptionLimits Limits = new() { PlaintextBytes = 1L << 40, CompressionRatio = 10_000 };

    /// <summary>Seals the files of a folder into one, and removes them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recovery">The recovery key.</param>
    /// <param name="at">The time.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="OpenPgpException">Nothing can be encrypted to that key.</exception>
    public static async Task SealAsync(string folder, PublicKey recovery, DateTimeOffset at, CancellationToken cancellation)
    {
        var files = Directory.GetFiles(folder);
        // The signature vouches for nobody: this gateway may have no key. What counts is the modification detection code, and the digest in the table of contents.
        var nobody = OwnKey.Generate(KeyAlgorithm.Curve25519, "backup", at.AddMinutes(-1), Hours);
        await using (var output = new FileStream(Path.Combine(folder, Name), FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024))
        {
            using var message = EncryptingStream.Open(output, nobody, [recovery], Compression.Fast, at);
            await using (var archive = new TarWriter(message, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (var file in files)
                    await archive.WriteEntryAsync(file, Path.GetFileName(file), cancellation);
            }

            message.Complete();
        }

        foreach (var file in files)
            File.Delete(file);
    }

    /// <summary>Opens it into an empty folder. Nothing may be used before this has returned.</summary>
    /// <param name="file">The sealed set.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="recovery">The secret part of the recovery key.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="OpenPgpException">It is not for this key, was changed, or is cut off.</exception>
    /// <exception cref="InvalidDataException">It holds what no backup does.</exception>
    public static async Task OpenAsync(string file, string folder, IReadOnlyList<OwnKey> recovery, CancellationToken cancellation)
    {
        await using var input = File.OpenRead(file);
        await using var message = DecryptingStream.Open(input, new KeyRing(recovery, []), Limits);
        await using (var archive = new TarReader(message, leaveOpen: true))
        {
            while (await archive.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
            {
                if (entry.EntryType != TarEntryType.RegularFile || Path.GetFileName(entry.Name) != entry.Name)
                    throw new InvalidDataException($"the archive holds {entry.Name}, which is no file of a backup");
                await entry.ExtractToFileAsync(Path.Combine(folder, entry.Name), overwrite: false, cancellation);
            }
        }

        await message.CopyToAsync(Stream.Null, cancellation); // to the end: only there it is known to be whole
    }
}
