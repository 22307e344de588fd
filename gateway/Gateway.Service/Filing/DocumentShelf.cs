using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.DicomMail.Messages;
using Gateway.Service.Sending;

namespace Gateway.Service.Filing;

/// <summary>
/// Where documents lie from the message that they came in until they are in the spool. One is known by partner, study and bytes: however often it comes, it has
/// one name, and becomes one object.
/// </summary>
internal sealed class DocumentShelf(MailFolders folders)
{
    private const string Ending = ".document";
    private const string NoteEnding = ".json";
    private const int NameLength = 32;

    /// <summary>The names of the documents that lie here.</summary>
    public IReadOnlyList<string> Names => [.. Directory.EnumerateFiles(folders.Documents, "*" + Ending).Select(path => Path.GetFileNameWithoutExtension(path))];

    /// <summary>Where a document lies.</summary>
    public string PathOf(string name) => Path.Combine(folders.Documents, name + Ending);

    /// <summary>Where the object lies that is made of it.</summary>
    public string ObjectPathOf(string name) => Path.Combine(folders.Documents, name + ".object");

    /// <summary>Keeps a document: it is on the device then. One that is there already is replaced by itself.</summary>
    /// <param name="document">The document, in a file that stays.</param>
    /// <param name="study">The study instance UID that it belongs to; empty where that is not known.</param>
    /// <param name="partner">Who sent it.</param>
    /// <param name="note">What is kept beside it.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public string Keep(StudyDocument document, string study, string partner, KeptDocument note)
    {
        using var file = File.OpenRead(document.FileName);
        var bytes = Convert.ToHexStringLower(SHA256.HashData(file));
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{partner}/{study}/{bytes}")))[..NameLength];
        DurableMail.Write(NoteOf(name), to => JsonSerializer.Serialize(to, note));
        DurableMail.Write(PathOf(name), to =>
        {
            file.Position = 0;
            file.CopyTo(to);
        });
        return name;
    }

    /// <summary>What is kept beside a document; null where it does not lie here.</summary>
    /// <exception cref="IOException">The volume fails.</exception>
    public KeptDocument? Find(string name)
    {
        if (!File.Exists(PathOf(name)) || !File.Exists(NoteOf(name)))
            return null;
        using var note = File.OpenRead(NoteOf(name));
        return JsonSerializer.Deserialize<KeptDocument>(note);
    }

    /// <summary>Deletes a document that the spool has.</summary>
    /// <exception cref="IOException">The volume fails.</exception>
    public void Remove(string name)
    {
        File.Delete(ObjectPathOf(name));
        File.Delete(PathOf(name));
        File.Delete(NoteOf(name));
    }

    /// <summary>Lays a document that goes nowhere aside, for a person to look at.</summary>
    /// <exception cref="IOException">The volume fails.</exception>
    public void SetAside(string name)
    {
        File.Delete(ObjectPathOf(name));
        foreach (var path in new[] { PathOf(name), NoteOf(name) }.Where(File.Exists))
            File.Move(path, Path.Combine(folders.Refused, Path.GetFileName(path)), overwrite: true);
    }

    private string NoteOf(string name) => Path.Combine(folders.Documents, name + NoteEnding);
}
