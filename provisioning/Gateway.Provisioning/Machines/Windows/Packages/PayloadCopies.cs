using System.Security.Cryptography;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows.Packages;

/// <summary>
/// The product's own copies of third-party payloads. A payload is copied into a folder of the administrators', its digest is taken there, and it is used from there: who may write
/// where it was found cannot put another one in its place between the look and the use. A copy is kept as long as a rollback may want it back.
/// </summary>
/// <param name="source">Where payloads are looked for: a folder or a share.</param>
/// <param name="folder">The administrators' folder.</param>
internal sealed class PayloadCopies(string source, string folder)
{
    /// <summary>Takes a payload over, or finds the copy that was taken before.</summary>
    /// <param name="file">Its file name.</param>
    /// <param name="sha256">The digest that it must have.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>The path of the copy.</returns>
    /// <exception cref="RefusedException">No digest is pinned (GW2501), the file is not there (GW2502), or it is another one (GW2503).</exception>
    public async Task<string> TakeAsync(string file, Sha256Digest? sha256, CancellationToken cancel)
    {
        if (sha256 is not { } pinned)
            throw new RefusedException(Diagnostic.Error("GW2501", $"The manifest pins no digest of {file}, and a payload that nobody vouches for is not installed.", "Download it from its maker, compare its SHA-256 with the one published there, and write that into the manifest's \"payloads\"."));
        var copy = Path.Combine(folder, $"{pinned.Text[..16]}-{file}");
        if (File.Exists(copy) && await DigestOfAsync(copy, cancel) == pinned)
            return copy;

        var original = Path.Combine(source, file);
        if (!File.Exists(original))
            throw new RefusedException(Diagnostic.Error("GW2502", $"There is no {original}.", "Put the payload there, or name its folder in the manifest's \"payloadFolder\"; a share is read as the computer account, which must be let in."));
        Directory.CreateDirectory(folder);
        var half = copy + ".new";
        try
        {
            await using (var from = File.OpenRead(original))
            await using (var to = new FileStream(half, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.WriteThrough))
                await from.CopyToAsync(to, cancel);

            if (await DigestOfAsync(half, cancel) is var found && found != pinned)
                throw new RefusedException(Diagnostic.Error("GW2503", $"{original} has the SHA-256 {found}, and the manifest pins {pinned}.", "It is another version, or was damaged or changed on its way: download it from its maker again and compare; change the pinned digest only when that is its maker's."));
            File.Move(half, copy, overwrite: true);
            return copy;
        }
        finally
        {
            File.Delete(half);
        }
    }

    private static async Task<Sha256Digest> DigestOfAsync(string path, CancellationToken cancel)
    {
        await using var stream = File.OpenRead(path);
        return Sha256Digest.TryRead(Convert.ToHexString(await SHA256.HashDataAsync(stream, cancel)), out var digest) ? digest : throw new InvalidOperationException("not a digest");
    }
}
