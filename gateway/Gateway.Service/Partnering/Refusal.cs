using System.Globalization;
using Gateway.DicomMail.Partners;

namespace Gateway.Service.Partnering;

/// <summary>Why something is not done.</summary>
/// <param name="Code">A stable code that can be searched for.</param>
/// <param name="Found">What was found.</param>
/// <param name="Allowed">What is allowed.</param>
internal sealed record Refusal(string Code, string Found, string Allowed)
{
    private const int LongestBody = 4 << 20;

    /// <summary>The answer that says so: 400, with a list of reasons.</summary>
    public static IResult Answer(params IEnumerable<Refusal> reasons) => Results.Json(reasons, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>The answer for one reason.</summary>
    public static IResult Answer(string code, string found, string allowed) => Answer(new Refusal(code, found, allowed));

    /// <summary>The answer where keys or directory cannot be used.</summary>
    public static IResult Answer(CorrespondentsException problem) => Answer(problem.Code, problem.Found, problem.Mend);

    /// <summary>Answers a request by its body, where that is not too long.</summary>
    public static async Task<IResult> OrAsync(HttpRequest request, Func<byte[], IResult> answer)
    {
        if (request.ContentLength is not (>= 0 and <= LongestBody))
            return Answer("GW7215", $"{request.ContentLength?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} bytes", $"{LongestBody} bytes at most");
        var body = new byte[request.ContentLength.Value];
        await request.Body.ReadExactlyAsync(body, request.HttpContext.RequestAborted);
        return answer(body);
    }
}
