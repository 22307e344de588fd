using System.Security.Cryptography;
using System.Text;
using Gateway.Dicom.Registry;

namespace Gateway.Service.Spooling;

/// <summary>The SHA-256 of a data set while it passes by, and of the data set with its transfer syntax, which names it in the spool.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <summary>Ends the hash: of the data set, 32 bytes; of both, the first 16 hexadecimal characters.</summary>
    public (byte[] DataSetSha256, string NamePart) Finish(TransferSyntax syntax)
    {
        var dataSet = hash.GetCurrentHash();
        hash.AppendData(Encoding.ASCII.GetBytes(syntax.Uid.Value));
        return (dataSet, Convert.ToHexStringLower(hash.GetHashAndReset())[..SpoolName.ContentHashLength]);
    }

    public void Dispose() => hash.Dispose();
}
