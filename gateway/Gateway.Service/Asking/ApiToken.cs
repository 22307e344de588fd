using System.Security.Cryptography;
using System.Text;

namespace Gateway.Service.Asking;

/// <summary>
/// What a caller of the loopback API shows: a token that is made anew at each start and lies in the service's data folder, which
/// administrators and the service may read and others may not.
/// </summary>
internal sealed class ApiToken
{
    /// <summary>The name of its file.</summary>
    public const string FileName = "api.token";

    private const string Scheme = "Bearer ";
    private readonly byte[] expected;

    private ApiToken(string token) => expected = Encoding.ASCII.GetBytes(token);

    /// <summary>Makes one and lays it down.</summary>
    /// <param name="folder">The service's data folder.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static ApiToken Make(string folder)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var path = Path.Combine(folder, FileName);
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(token));
        return new ApiToken(token);
    }

    /// <summary>Whether a request shows it.</summary>
    public bool IsShown(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } shown && shown.StartsWith(Scheme, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(shown[Scheme.Length..]), expected);
}
