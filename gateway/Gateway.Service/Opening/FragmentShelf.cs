using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.DicomMail.Messages;
using Gateway.Service.Sending;

namespace Gateway.Service.Opening;

/// <summary>
/// Where fragments wait until all of their message are there (RFC 2046 section 5.2.2), in whatever order they come. Fragments bear no
/// signature, so that anybody can send one under any id: those of another sender or with another total are of another message, all contents that come under one
/// number are kept, and what a choice of them joins to is a message only where it can be opened.
/// </summary>
internal sealed class FragmentShelf(MailFolders folders, TimeProvider time)
{
    private const int MostFragments = 10_000;
    private const int MostChoices = 16;
    private const string Tried = ".tried";

    // As long as mail servers try to bring a mail (RFC 5321 section 4.5.4.1).
    private static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    private readonly Lock turn = new();
    private readonly HashSet<string> changed = [.. Directory.EnumerateDirectories(folders.Fragments)];

    /// <summary>Lays a fragment down.</summary>
    /// <param name="path">The file of the mail, which is moved.</param>
    /// <param name="look">What its outside tells.</param>
    /// <exception cref="MailException">Its number makes no sense.</exception>
    /// <exception cref="IOException">The volume fails.</exception>
    public void Add(string path, MailLook look)
    {
        var fragment = look.Fragment!;
        if (fragment.Number > MostFragments || fragment.Total is > MostFragments || fragment.Number > (fragment.Total ?? fragment.Number))
            throw new MailException($"It is fragment {fragment.Number} of {fragment.Total}; a message may have {MostFragments}.");
        var shelf = Path.Combine(folders.Fragments, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{look.From}\n{fragment.Id}"))));
        using var content = look.OpenContent(path);
        var head = string.Create(CultureInfo.InvariantCulture, $"{fragment.Number:D6}.{fragment.Total ?? 0:D6}.{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}.");
        lock (turn)
        {
            Directory.CreateDirectory(shelf);
            if (Directory.EnumerateFiles(shelf, $"{head}*").Any())
                File.Delete(path);
            else
                File.Move(path, Path.Combine(shelf, head + Path.GetFileName(path)));
            changed.Add(shelf);
        }
    }

    /// <summary>The choices of fragments that make a whole and were not tried yet, of what has come since this was asked last.</summary>
    public IReadOnlyList<FragmentChoice> Whole()
    {
        lock (turn)
        {
            var choices = changed.Where(Directory.Exists).SelectMany(ChoicesOf).ToList();
            changed.Clear();
            return choices;
        }
    }

    /// <summary>Lets a choice that could not be tried be found again.</summary>
    public void Again(FragmentChoice choice)
    {
        lock (turn)
            changed.Add(choice.Shelf);
    }

    /// <summary>The file of the message that a choice joins to, which the next start removes.</summary>
    public string PathOf(FragmentChoice choice) => Path.Combine(folders.Unpacked, $"{choice.Key}.eml");

    /// <summary>Joins the fragments of a choice.</summary>
    /// <exception cref="IOException">The volume fails.</exception>
    public void Join(FragmentChoice choice, CancellationToken cancellation)
    {
        using var file = new FileStream(PathOf(choice), FileMode.Create, FileAccess.Write, FileShare.None, 256 * 1024);
        Fragments.Join([.. choice.Paths.Select(path => (path, MailLook.At(path, cancellation)))], file);
    }

    /// <summary>Notes that a choice makes no message, so that it is not tried again.</summary>
    public static void Fail(FragmentChoice choice) => File.WriteAllBytes(Path.Combine(choice.Shelf, choice.Key + Tried), []);

    /// <summary>Clears a shelf whose message was opened.</summary>
    /// <returns>The fragments that were no part of it.</returns>
    public IReadOnlyList<string> Clear(FragmentChoice choice)
    {
        lock (turn)
        {
            foreach (var used in choice.Paths.Concat(Directory.GetFiles(choice.Shelf, $"*{Tried}")))
                File.Delete(used);
            return Left(choice.Shelf);
        }
    }

    /// <summary>The fragments of messages of which nothing has come for longer than a server would still bring the rest.</summary>
    public IReadOnlyList<string> Overdue()
    {
        lock (turn)
        {
            var before = (time.GetUtcNow() - Patience).UtcDateTime;
            return [.. Directory.EnumerateDirectories(folders.Fragments).Where(shelf => new DirectoryInfo(shelf).EnumerateFiles("*.eml").All(file => file.LastWriteTimeUtc < before)).SelectMany(Left)];
        }
    }

    /// <summary>The name that the mail of a fragment had before it lay here.</summary>
    public static string MailOf(string path) => Path.GetFileName(path).Split('.', 4)[3];

    private static List<string> Left(string shelf)
    {
        var left = Directory.GetFiles(shelf, "*.eml").ToList();
        if (left.Count == 0)
            Directory.Delete(shelf, recursive: true);
        return left;
    }

    private static IEnumerable<FragmentChoice> ChoicesOf(string shelf)
    {
        var fragments = new DirectoryInfo(shelf).GetFiles("*.eml").OrderByDescending(file => file.LastWriteTimeUtc)
            .Select(file => (Path: file.FullName, Number: NumberIn(file.Name, 0), Total: NumberIn(file.Name, 1))).ToList();
        foreach (var total in fragments.Select(one => one.Total).Where(total => total > 0).Distinct())
        {
            var places = fragments.Where(one => one.Number <= total && (one.Total == total || one.Total == 0)).ToLookup(one => one.Number, one => one.Path);
            if (places.Count < total)
                continue;
            IEnumerable<string[]> choices = [[.. Enumerable.Range(1, total).Select(number => places[number].First())]];
            foreach (var place in places.Where(place => place.Skip(1).Any()))
                choices = choices.SelectMany(choice => place.Select(path => With(choice, place.Key - 1, path)));
            foreach (var choice in choices.Take(MostChoices).Select(paths => new FragmentChoice(shelf, paths)).Where(choice => !File.Exists(Path.Combine(shelf, choice.Key + Tried))))
                yield return choice;
        }
    }

    private static int NumberIn(string name, int word) => int.Parse(name.Split('.')[word], CultureInfo.InvariantCulture);

    private static string[] With(string[] choice, int at, string path)
    {
        string[] other = [.. choice];
        other[at] = path;
        return other;
    }
}

/// <summary>Fragments that make a whole: one for each number.</summary>
/// <param name="Shelf">The folder that they wait in.</param>
/// <param name="Paths">Their files, in order.</param>
internal sealed record FragmentChoice(string Shelf, IReadOnlyList<string> Paths)
{
    /// <summary>Names the choice.</summary>
    public string Key { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Paths.Select(Path.GetFileName)))));
}
