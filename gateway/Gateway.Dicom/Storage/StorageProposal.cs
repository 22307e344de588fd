using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.Storage;

/// <summary>Which presentation contexts a storage user proposes (PS3.4 section B.3).</summary>
public static class StorageProposal
{
    /// <summary>How many pairs of SOP class and transfer syntax fit into one association, beside Verification.</summary>
    public const int MostPairs = 127; // ids are odd, 1 to 255 (PS3.8 section 9.3.2.2)

    /// <summary>
    /// Verification, and one context for each pair of SOP class and transfer syntax among the files, so that no bytes need to change.
    /// </summary>
    /// <param name="files">The file meta information of what is to be sent.</param>
    /// <exception cref="ArgumentException">The files need more than 127 contexts: send them in several associations.</exception>
    public static IReadOnlyList<ProposedContext> For(IEnumerable<FileMetaInformation> files)
    {
        var pairs = files.Select(file => (Class: file.SopClass, file.TransferSyntax)).Distinct().ToList();
        if (pairs.Count > MostPairs)
            throw new ArgumentException(
                $"The files need {pairs.Count} presentation contexts; {MostPairs} fit into one association.", nameof(files));
        return
        [
            new ProposedContext(1, SopClasses.Verification, [TransferSyntax.ImplicitVrLittleEndian]),
            .. pairs.Select((pair, index) => new ProposedContext((byte)((2 * index) + 3), pair.Class, [pair.TransferSyntax])),
        ];
    }
}
