using System.IO.Compression;

namespace Gateway.Dicom.DataSets;

/// <summary>A deflated data set (PS3.5 annex A.5): whether it inflates, without keeping what comes out.</summary>
internal static class DeflatedData
{
    public static DataSetProblem? Check(Stream stream, long maximumInflatedBytes, CancellationToken cancellation)
    {
        using var inflated = new DeflateStream(stream, CompressionMode.Decompress, leaveOpen: true);
        var discarded = new byte[64 * 1024];
        long total = 0;
        try
        {
            while (inflated.Read(discarded) is var read and > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                total += read;
                if (total > maximumInflatedBytes)
                    return new DataSetProblem(0, "", $"The deflated data set is longer than {maximumInflatedBytes} bytes when inflated");
            }
        }
        catch (InvalidDataException)
        {
            return new DataSetProblem(0, "", $"The deflated data set does not inflate after {total} bytes");
        }

        return total > 0 ? null : new DataSetProblem(0, "", "The deflated data set is empty");
    }
}
