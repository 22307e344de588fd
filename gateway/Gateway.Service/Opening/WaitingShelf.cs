using System.Globalization;
using Gateway.Service.Partnering;
using Gateway.Service.Sending;

namespace Gateway.Service.Opening;

/// <summary>
/// Where mail lies whose signer nobody knows yet. Each is named by the id of the key that it waits for; once a person has accepted that key and the directory gives it
/// to a partner, it goes back into the inbox and is opened as any other.
/// </summary>
internal sealed class WaitingShelf(MailFolders folders, Correspondence correspondence)
{
    private const int KeyIdDigits = 16;

    /// <summary>Lays a mail down.</summary>
    /// <param name="path">Its file, which is moved.</param>
    /// <param name="keyId">The id of the key that it is signed by.</param>
    /// <exception cref="IOException">The volume fails.</exception>
    public void Add(string path, long keyId) => File.Move(path, Path.Combine(folders.Waiting, $"{keyId:X16}-{Path.GetFileName(path)}"), overwrite: true);

    /// <summary>Moves what nobody has to wait for any more into the inbox.</summary>
    /// <returns>The names of those mails.</returns>
    /// <exception cref="IOException">The volume fails.</exception>
    public IReadOnlyList<string> Release()
    {
        List<string> released = [];
        foreach (var path in Directory.EnumerateFiles(folders.Waiting, "*.eml"))
        {
            var name = Path.GetFileName(path);
            if (!long.TryParse(name.AsSpan(0, Math.Min(KeyIdDigits, name.Length)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var keyId) || correspondence.Now.PartnerOf(keyId) is null)
                continue;
            File.Move(path, Path.Combine(folders.Inbox, name[(KeyIdDigits + 1)..]), overwrite: true);
            released.Add(name[(KeyIdDigits + 1)..]);
        }

        return released;
    }
}
