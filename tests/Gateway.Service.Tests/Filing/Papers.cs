using System.Text;

namespace Gateway.Service.Tests.Filing;

/// <summary>Documents as a partner has them.</summary>
internal static class Papers
{
    /// <summary>A PDF of an odd length with a page that says something.</summary>
    public static byte[] Pdf(string says = "Report")
    {
        var text = new StringBuilder("%PDF-1.4\n");
        List<int> offsets = [];
        var content = $"BT /F1 12 Tf 72 720 Td ({says}) Tj ET";
        foreach (var body in new[]
        {
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            $"<< /Length {content.Length} >>\nstream\n{content}\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        })
        {
            offsets.Add(text.Length);
            text.Append($"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }

        var table = text.Length;
        text.Append("xref\n0 6\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            text.Append($"{offset:D10} 00000 n \n");
        text.Append($"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        if (text.Length % 2 == 0)
            text.Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>An RTF file.</summary>
    public static byte[] Rtf => Encoding.ASCII.GetBytes(@"{\rtf1\ansi Report}");
}
