using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.DicomMail.Messages;
using Gateway.Service.Sending;

namespace Gateway.Service.Opening;

/// <summary>
/// Where fragments wait until all of their message are there (RFC 2046 section 5.2.2), in whatever order they come. Of two with one number the
/// first stays: whoever sends others spoils his own message, which then cannot be decrypted.
/// </summary>
internal sealed class FragmentShelf(MailFolders folders)
{
    private const int MostFragments = 10_000;

    /// <summary>Lays a fragment down, and joins the message where it was the last.</summary>
    /// <param name="path">The file of the mail, which is moved.</param>
    /// <param name="look">What its outside tells.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Whether a message was joined; it lies in the inbox then.</returns>
    /// <exception cref="MailException">Its number makes no sense.</exception>
    /// <exception cref="IOException">The volume fails.</exception>
    public bool Add(string path, MailLook look, CancellationToken cancellation)
    {
        var fragment = look.Fragment!;
        if (fragment.Number > MostFragments || fragment.Total is > MostFragments || fragment.Number > (fragment.Total ?? fragment.Number))
            throw new MailException($"It is fragment {fragment.Number} of {fragment.Total}; a message may have {MostFragments}.");
        var shelf = Path.Combine(folders.Fragments, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fragment.Id))));
        Directory.CreateDirectory(shelf);
        var place = Path.Combine(shelf, fragment.Number.ToString("D6", CultureInfo.InvariantCulture) + ".eml");
        if (File.Exists(place))
            File.Delete(path);
        else
            File.Move(path, place);
        return JoinWhereWhole(shelf, cancellation);
    }

    private bool JoinWhereWhole(string shelf, CancellationToken cancellation)
    {
        var paths = Directory.EnumerateFiles(shelf, "*.eml").Order(StringComparer.Ordinal).ToList();
        var fragments = paths.Select(path => (Path: path, Look: MailLook.At(path, cancellation))).ToList();
        var total = fragments.Select(fragment => fragment.Look.Fragment?.Total).Max();
        if (total is null || fragments.Count < total || !Enumerable.Range(1, total.Value).SequenceEqual(fragments.Take(total.Value).Select(fragment => fragment.Look.Fragment!.Number)))
            return false;
        var joined = Path.Combine(folders.Inbox, $"{Path.GetFileName(shelf)}.eml");
        DurableMail.Write(joined, to => Fragments.Join(fragments[..total.Value], to));
        Directory.Delete(shelf, recursive: true);
        return true;
    }
}
