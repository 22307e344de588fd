using System.Globalization;
using System.IO.Compression;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.FileSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;

namespace Gateway.DicomMail.Messages;

/// <summary>
/// Writes the objects of a message as one ZIP file (PS3.12 annex V) that is a file-set with its directory, as the profile STD-GEN-ZIP-MAIL asks for it (PS3.11
/// sections L.3.2 and L.3.3). Nothing of it is held but the keys of the directory.
/// </summary>
internal static class StudyArchive
{
    /// <summary>The name that the profile gives the file.</summary>
    public const string FileName = "DICOM.ZIP";

    /// <summary>What the profile wants in the subject. It stands inside the encryption.</summary>
    public const string Subject = "DICOM-ZIP";

    private const string Folder = "DICOM";

    /// <summary>Writes it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="to">Where to: it is written from its start to its end.</param>
    /// <exception cref="Part10Exception">An object is no DICOM file.</exception>
    /// <exception cref="IOException">An object cannot be read.</exception>
    public static void Write(OutgoingMessage message, Stream to)
    {
        using var archive = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        var directory = new FileSetDirectory();
        foreach (var (index, one) in message.Objects.Index())
        {
            var name = (index + 1).ToString("D8", CultureInfo.InvariantCulture);
            using (var entry = Entry(archive, $"{Folder}/{name}", message))
            {
                using var file = one.Open();
                file.CopyTo(entry);
            }

            Enter(directory, one, [Folder, name]);
        }

        using var last = Entry(archive, FileSetDirectory.FileName, message);
        directory.Write(Uid.OfName($"directory/{message.MessageId}"), last, CancellationToken.None);
    }

    private static Stream Entry(ZipArchive archive, string name, OutgoingMessage message)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Optimal); // the fastest level lets what does not shrink grow by a twentieth
        entry.LastWriteTime = message.At;
        return entry.Open();
    }

    // What nobody here can read, such as an object in a private syntax, stands there without keys.
    private static void Enter(FileSetDirectory directory, StudyObject one, IReadOnlyList<string> fileId)
    {
        using var file = one.Open();
        var meta = Part10Header.Read(file).Meta;
        DataSet set;
        try
        {
            set = DataSetReader.Load(file, meta.TransferSyntax, DataSetLimits.Default, CancellationToken.None);
        }
        catch (DataSetException)
        {
            set = new DataSet([]);
        }

        directory.Add(meta, set, fileId);
    }
}
